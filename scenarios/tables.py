"""How illnesses run: knots of the truth, as printed in the clinical reference, section 7.

The rows are teaching defaults (sources per illness stand in docs/reference/scenarios.md), set so
that they agree with published evidence. A row is: time since onset | HR /min | SBP/DBP mmHg | MAP
mmHg | RR /min | SpO2 % | air, or flow and device | temperature °C | ACVPU | NEWS2 | EtCO2 mmHg |
perfusion index % | what else one would find. MAP and NEWS2 are acceptance values: computed from the
others, never used. An empty EtCO2 or PI is not a knot.
"""

from typing import Final

ILLNESSES: Final = """
[sepsis] 7.2: Sepsis
    0 h |  84| 128/74|  92| 16| 97|air                | 37.2|A| 0|38|3.0| lactate 1.0
    2 h |  92| 122/70|  87| 19| 96|air                | 37.9|A| 1|36|3.2|
    4 h | 102| 114/62|  79| 21| 95|air                | 38.7|A| 5|  |3.5| lactate 1.8; warm
    6 h | 112| 104/54|  71| 24| 93|air                | 39.2|A| 9|30|   | lactate 2.6
    8 h | 122|  94/46|  62| 27| 91|air                | 39.3|C|15|  |   | lactate 3.8; urine <0.5 mL/kg/h
   10 h | 130|  84/40|  55| 31| 91|2 L nasal cannula  | 38.9|C|17|  |1.0| lactate 5.2; cold
   12 h | 138|  72/36|  48| 34| 89|10 L face mask     | 37.6|V|17|  |0.4| lactate 7

[haem] 7.3: Haemorrhage
  0 min |  76| 124/76|  92| 16| 98|air                | 36.8|A| 0|  |3.0| lactate 1.0
 15 min |  92| 122/82|  95| 18| 98|air                | 36.7|A| 1|  |2.0| 0.75 L lost
 30 min | 114| 110/82|  91| 24| 97|air                | 36.5|A| 5|  |1.0| 1.5 L lost; anxious; little urine
 40 min | 132|  86/62|  70| 33| 95|air                | 36.1|C|13|  |0.4| 2.0 L lost; lactate 5
 48 min | 145|  62/44|  50| 38| 91|air                | 35.7|V|16|  |0.2| 2.4 L lost; SpO2 drops out
 54 min |  58|  40/24|  29|  8| 80|air                | 35.4|U|13|  |   | 2.7 L lost; then PEA

[postop] 7.4: Post-operative bleeding
    0 h |  70| 132/74|  93| 14| 97|2 L nasal cannula  | 36.6|A| 2|  |   | drain 50 mL; Hb 118
    1 h |  74| 126/76|  93| 16| 97|2 L nasal cannula  | 36.5|A| 2|  |2.0|
    2 h |  78| 116/76|  89| 18| 97|2 L nasal cannula  | 36.3|A| 2|  |   | urine 25 mL/h
    3 h |  82| 104/74|  84| 21| 96|2 L nasal cannula  | 36.1|A| 5|  |   | pale; lactate 2.4
    4 h |  86|  92/68|  76| 24| 96|2 L nasal cannula  | 35.9|C|10|  |   | Hb 96 after fluid
    5 h |  92|  76/54|  61| 28| 94|2 L nasal cannula  | 35.6|V|14|  |0.3|

[opioid] 7.5: Opioid-induced respiratory depression
  0 min |  78| 124/72|  89| 14| 97|air                | 36.7|A| 0|40|   |
 10 min |  74| 118/70|  86| 11| 95|air                | 36.7|A| 2|46|   | sedated, rousable
 20 min |  70| 112/66|  81|  8| 92|air                | 36.6|V| 8|53|   | pinpoint pupils
 30 min |  68| 108/64|  79|  6| 86|air                | 36.6|P|10|62|   | apnoeas 15–25 s
 36 min |  84| 104/60|  75|  4| 78|air                | 36.5|U|10|72|   | apnoea >30 s
 40 min |  48|  78/40|  53|  0| 60|air                | 36.5|U|13|  |   | apnoea; then asystole/PEA in minutes

[opioid_o2] 7.6: Opioid-induced respiratory depression, on oxygen
  0 min |  78| 124/72|  89| 14| 99|2 L nasal cannula  | 36.7|A| 2|40|   |
 20 min |  70| 114/66|  82|  8| 98|2 L nasal cannula  | 36.6|V| 8|54|   |
 30 min |  68| 108/64|  79|  6| 96|2 L nasal cannula  | 36.6|P| 9|66|   |
 36 min |  72| 104/60|  75|  4| 91|2 L nasal cannula  | 36.5|U|12|78|   |
 40 min |  50|  80/42|  55|  0| 70|2 L nasal cannula  | 36.5|U|15|  |   | apnoea

[asthma] 7.7: Acute severe asthma
  0 min |  98| 132/80|  97| 22| 95|air                | 36.9|A| 4|34|   | PEF 60 %; capno slope
 20 min | 116| 138/84| 102| 27| 93|air                | 36.9|A| 7|31|   | PEF 45 %; pulsus 12
 40 min | 130| 144/86| 105| 33| 91|air                | 36.9|A| 8|  |   | PEF 32 %; words only
 55 min | 138| 138/80|  99| 34| 91|15 L non-rebreather| 36.9|C|14|  |   | PEF 25 %; PaCO2 normal 5.2 kPa
 65 min | 124| 104/62|  76| 16| 86|15 L non-rebreather| 36.8|V|11|62|   | silent chest; exhausted
 70 min |  50|  70/40|  50|  6| 68|15 L non-rebreather| 36.7|U|15|  |   | peri-arrest

[copd] 7.8: COPD exacerbation, then too much oxygen
  0 min |  98| 138/78|  98| 24| 86|air                | 37.6|A| 4|  |   | pH 7.34; PaCO2 58 mmHg
 15 min |  96| 136/78|  97| 22| 90|4 L venturi        | 37.6|A| 5|  |   | 28 % Venturi at 4 L/min: on target
 30 min |  92| 138/78|  98| 18| 98|15 L non-rebreather| 37.6|A| 6|  |   | NRB by mistake; PaCO2 64
 50 min |  88| 140/78|  99| 14| 98|15 L non-rebreather| 37.6|V| 8|  |   | PaCO2 76; pH 7.24; flap
 70 min |  84| 132/72|  92| 10| 97|15 L non-rebreather| 37.5|P| 9|  |   | PaCO2 92; pH 7.17

[pe] 7.9: Pulmonary embolism
  0 min |  82| 128/76|  93| 16| 97|air                | 37.0|A| 0|38|   |
  1 min | 116| 112/76|  88| 27| 91|air                | 37.0|A| 8|27|   | pleuritic pain
 10 min | 122| 106/72|  83| 28| 89|air                | 37.1|A| 9|25|   | JVP up
 30 min | 128|  98/68|  78| 30| 90|4 L nasal cannula  | 37.2|A|12|  |   | RV strain, S1Q3T3
 60 min | 136|  82/56|  65| 34| 86|15 L non-rebreather| 37.2|C|17|18|   | high-risk
 75 min |  52|  46/26|  33| 10| 70|15 L non-rebreather| 37.0|U|12|  |   | PEA

[mi] 7.10: Anterior heart attack, then shock
  0 min |  88| 148/90| 109| 18| 97|air                | 36.8|A| 0|  |   | chest pain, ST +1 mm
 10 min | 104| 136/86| 103| 21| 95|air                | 36.8|A| 4|  |   | ST +3 mm, sweaty
 30 min | 112| 112/76|  88| 24| 93|air                | 36.7|A| 6|  |   | PVCs 6/min
 60 min | 118|  90/64|  73| 28| 91|2 L nasal cannula  | 36.4|A|13|  |0.6| runs of VT
 75 min | 126|  78/56|  63| 32| 88|15 L non-rebreather| 36.2|C|16|  |   | lactate 4
 76 min |   0|    0/0|   0|  0| 60|15 L non-rebreather| 36.2|U|17|  |   | VF: no pulse at once

[scape] 7.11: Acute pulmonary oedema
  0 min |  92| 158/92| 114| 20| 95|air                | 36.7|A| 2|  |   |
 15 min | 112|186/106| 133| 28| 90|air                | 36.7|A| 8|32|   | crackles
 30 min | 128|204/116| 145| 35| 84|air                | 36.6|A| 8|  |   | frothy sputum
 45 min | 143|196/110| 139| 38| 82|15 L non-rebreather| 36.5|C|14|  |   | tiring
 60 min | 130| 150/88| 109| 22| 76|15 L non-rebreather| 36.4|V|12|  |   | PaCO2 rising; exhaustion

[ana] 7.12: Anaphylaxis
  0 min |  80| 126/76|  93| 16| 98|air                | 36.8|A| 0|  |3.0|
  1 min | 104| 112/62|  79| 20| 97|air                | 36.8|A| 1|  |4.5| flush
  3 min | 128|  84/42|  56| 27| 93|air                | 36.8|A|10|  |   | wheeze, stridor
  5 min | 142|  62/28|  39| 32| 87|air                | 36.8|C|15|  |   | median arrest time iatrogenic 5 min
  7 min | 140|  46/20|  29| 36| 78|air                | 36.7|P|15|  |0.3|
  9 min |  40|  30/15|  20|  6| 65|air                | 36.7|U|15|  |   | PEA

[dka] 7.13: Diabetic ketoacidosis
    0 h |  96| 126/76|  93| 19| 98|air                | 36.8|A| 1|33|   | glucose 18; pH 7.33
    4 h | 108| 118/72|  87| 22| 98|air                | 36.7|A| 3|27|   | glucose 24; pH 7.27; HCO3 16
    8 h | 118| 106/64|  78| 26| 98|air                | 36.5|A| 6|20|   | glucose 30; pH 7.15; HCO3 10; drowsy
   12 h | 128|  94/54|  67| 30| 97|air                | 36.0|V|11|14|   | glucose 36; pH 6.98; HCO3 6; K 6.0

[hypo] 7.14: Hypoglycaemia
  0 min |  78| 128/74|  92| 15| 98|air                | 36.6|A| 0|  |   | glucose 5.8 mmol/L
 20 min |  84| 132/74|  93| 16| 98|air                | 36.5|A| 0|  |   | glucose 3.8; hungry
 40 min | 100| 142/72|  95| 17| 98|air                | 36.4|A| 1|  |   | glucose 3.0; tremor, sweating
 60 min | 112| 146/72|  97| 18| 98|air                | 36.2|C| 5|  |   | glucose 2.4; odd behaviour
 80 min | 104| 140/70|  93| 16| 97|air                | 35.9|P| 5|  |   | glucose 1.8; seizure possible
100 min |  96| 130/68|  89| 12| 95|air                | 35.6|U| 6|  |   | glucose 1.2

[heat] 7.15: Exertional heat stroke, cooled at 60 min
  0 min | 120| 132/70|  91| 22| 98|air                | 38.2|A| 5|  |   |
 30 min | 144| 124/62|  83| 28| 97|air                | 39.6|A| 8|  |   | sweating
 60 min | 160| 100/48|  65| 34| 95|air                | 41.2|C|14|  |   | CNS dysfunction = heat stroke
 75 min | 138| 106/54|  71| 28| 96|air                | 38.6|A| 8|  |   | ice bath, stopped at 38.6 °C

[cold] 7.16: Accidental hypothermia
    0 h | 104| 138/84| 102| 20| 96|air                | 34.8|A| 4|  |   | HT I; shivering
    3 h |  58| 104/64|  77| 12| 93|air                | 31.0|C| 9|  |   | HT II; no shivering; J waves
    7 h |  34|  78/44|  55|  6| 88|air                | 27.0|U|18|  |   | HT III; SpO2 unreliable
   11 h |   0|    0/0|   0|  0| 60|air                | 23.0|U|18|  |   | HT IV; VF or asystole

[tptx_sp] 7.17: Tension pneumothorax, breathing
  0 min |  88| 128/78|  95| 18| 96|air                | 36.8|A| 0|  |   | pleuritic pain
 20 min | 110| 134/84| 101| 26| 92|air                | 36.8|A| 6|  |   | one-sided breath sounds
 60 min | 126| 128/84|  99| 32| 88|4 L nasal cannula  | 36.8|A|10|  |   | respiratory fatigue
100 min | 138| 112/80|  91| 36| 83|15 L non-rebreather| 36.8|C|14|  |   | SBP still kept
110 min |  50|  60/36|  44|  8| 70|15 L non-rebreather| 36.7|U|15|  |   | then respiratory arrest

[tptx_v] 7.18: Tension pneumothorax, ventilated
  0 min |  88| 122/70|  87| 14| 98|ventilator         | 36.8|A| 2|38|   | Ppeak 20
  2 min | 112|  98/64|  75| 14| 92|ventilator         | 36.8|A| 8|  |   | Ppeak 34
  4 min | 126|  72/50|  57| 14| 84|ventilator         | 36.8|A|10|24|   | Ppeak 44
  6 min |  60|  44/28|  33| 14| 72|ventilator         | 36.8|A| 8|  |   | Ppeak 50; PEA follows

[icp] 7.19: Raised intracranial pressure
  0 min |  88| 138/80|  99| 16| 97|air                | 36.9|A| 0|  |   | GCS 14; pupils equal 3 mm
 20 min |  80| 156/82| 107| 16| 97|air                | 37.0|C| 3|  |   | GCS 13; headache, vomiting
 40 min |  68| 182/86| 118| 14| 96|air                | 37.1|V| 3|  |   | GCS 10; pupil 5 mm
 60 min |  54| 206/88| 127| 11| 94|2 L nasal cannula  | 37.2|P| 7|  |   | GCS 6; irregular breathing
 75 min |  42| 224/92| 136|  8| 91|2 L nasal cannula  | 37.4|U|15|  |   | GCS 3; fixed pupils
 85 min | 130|  80/44|  56|  0| 80|2 L nasal cannula  | 37.4|U|16|  |   | herniation: hypotension, apnoea
"""


# Clinical reference 7.25. Offsets from the person's own values; the tempo is *heuristic* where 7.25
# gives none. A row is: time | HR /min | SBP/DBP mmHg | RR /min | SpO2 % | temperature °C | EtCO2 mmHg.
EPISODES: Final = """
[pain] 7.25: Pain or anxiety
  0 min |  0 |   0/0 | 0 |  0 |   0 |  0
  2 min | 25 | 25/12 | 6 |  0 |   0 | -3
 10 min | 22 | 22/10 | 5 |  0 |   0 | -3
 20 min |  0 |   0/0 | 0 |  0 |   0 |  0

[exercise] 7.25: Up and about with the physiotherapist
  0 min |  0 |   0/0 | 0 |  0 |   0 |  0
  3 min | 40 |  18/4 | 8 |  0 |   0 |  0
 10 min | 42 |  20/4 | 8 |  0 |   0 |  0
 12 min | 12 |   6/1 | 3 |  0 |   0 |  0
 16 min |  0 |   0/0 | 0 |  0 |   0 |  0

[fever] 7.25: Fever without deterioration
    0 h |  0 |   0/0 | 0 |  0 |   0 |  0
    2 h | 10 |  2/-2 | 1 |  0 | 1.2 |  0
    3 h | 14 |  2/-2 | 1 |  0 | 1.6 |  0
    6 h | 12 |  1/-2 | 1 |  0 | 1.4 |  0
    9 h |  0 |   0/0 | 0 |  0 |   0 |  0

[sleep] 7.25: Asleep
  0 min |  0 |     0/0 |  0 |  0 |    0 | 0
 30 min | -9 |   -15/-9 | -1 | -1 |    0 | 2
    2 h | -11 | -19/-11 | -2 | -2 | -0.2 | 2
    6 h | -11 | -18/-10 | -2 | -2 | -0.3 | 2
    7 h |  0 |     0/0 |  0 |  0 |    0 | 0

[vasovagal] 7.25: A faint
   0 s |   0 |     0/0 | 0 | 0 | 0 | 0
  20 s | -20 | -30/-15 | 1 | 0 | 0 | 0
 120 s | -16 | -24/-12 | 1 | 0 | 0 | 0
 180 s |   0 |     0/0 | 0 | 0 | 0 | 0
"""

# Clinical reference 7.20: the lines that were read in their sources when the tables were set.
EVIDENCE: Final[dict[str, str]] = {
    "sepsis": "endotoxin in volunteers gives +1.5 to 2 °C over 2 to 4 h, tachycardia, tachypnoea, a fall of"
    " pressure; one series HR 69→92, SBP 116→100, MAP 85→69, SpO2 99→95, RR 17→22; vague presentation in"
    " 37 %. In one emergency-department study a rise of RR (OR 1.44 per hour) and a fall of MAP predicted"
    " deterioration (PMC6045840).",
    "opioid": "PRODIGY (Khanna 2020): 46 % of 1335 ward patients had at least one respiratory episode in a"
    " median of 24 h; most in the early morning (Driver 2021).",
    "opioid_o2": "as `opioid`; oxygen keeps the saturation up while carbon dioxide rises.",
    "asthma": "BTS/SIGN: acute severe from RR 25 or HR 110; a normal carbon dioxide is a danger sign.",
    "copd": "saturation target 88 to 92 %.",
    "pe": "high risk is SBP below 90 or a fall of 40 mmHg for more than 15 min; sPESI.",
    "scape": "a published case: 195/89, HR 143, RR 32, SpO2 88.",
    "ana": "median time to arrest 5 min iatrogenic, 15 min venom, 30 min food (Pumphrey 2000).",
    "dka": "ADA grades of acidosis.",
    "heat": "above 40 °C with signs of the central nervous system; cooling in ice water 0.15 to 0.35 °C/min.",
    "cold": "Swiss stages: HT I 35 to 32 °C, shivering; II below 32, less awake; III below 28, unconscious; "
    "IV below 24, no vital signs. The rows are steady states in the reference; the hours between them are"
    " heuristic, those of the insult.",
    "haem": "ATLS classes 9 and 10; registry data rise less (Guly 2011: highest median HR 114 in class IV).",
    "tptx_sp": "pressure kept until late, hypoxaemia in half, respiratory arrest (Roberts 2015).",
    "tptx_v": "hypotension within minutes, hypoxaemia in 92 % (Roberts 2015). ACVPU stands at A because the"
    " patient is sedated.",
    "icp": "SBP above 160 with HR below 60 and a wide pupil: specificity 93 %, sensitivity 37 %"
    " (ter Avest 2021).",
}
