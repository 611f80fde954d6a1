"""What measures a body: lags, averages, resolution, faults."""
