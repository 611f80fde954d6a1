"""What people see: pages, live stream, assets. Computes nothing clinical."""
