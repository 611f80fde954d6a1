"""The trainee's Dash app: ward and bed."""
