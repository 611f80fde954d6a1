"""The wrist oximeter: saturation by reflected light, slower and less exact than at the finger.

Reflectance sensors reach an A_rms of 3 to 3.5 % (ISO 80601-2-61 allows 4, reference 3.4); how that is
shared between bias and noise, the longer averaging and the smaller pulse are *heuristic*.
"""

from broker import messages as m
from devices.signals.artefacts import LIGHT
from devices.wearables.oximeter import Oximeter

PERIOD_S = 4
WINDOW_S = 16.0


class Wrist(Oximeter):
    """A watch with an oximeter on its back; it sends numbers and no wave."""

    name = "wrist-oximeter"
    label = "Wrist oximeter"
    model = "sim-wrist"
    metrics = {  # noqa: RUF012 -- a table, never changed
        "spo2": m.MetricInfo(u="%", period_ms=PERIOD_S * 1000, avg_s=WINDOW_S, accuracy="±3.5 %"),
        "pr": m.MetricInfo(u="/min", period_ms=PERIOD_S * 1000, avg_s=WINDOW_S, accuracy="±3 /min"),
        "pi": m.MetricInfo(u="%", period_ms=PERIOD_S * 1000, avg_s=WINDOW_S),
    }
    waves = ()
    kinds = ("motion", "probe-off", "low-perfusion", "cold-finger", LIGHT)
    battery_h = 30.0
    warm_up_s = WINDOW_S + 4.0
    window_s = WINDOW_S
    lag_s = (15, 25)
    bias_sd = 1.5
    noise_sd = 0.9
    pulse_share = 0.4
    period_s = PERIOD_S
