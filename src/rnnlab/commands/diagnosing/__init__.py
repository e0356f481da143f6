"""What `rnnlab doctor` looks at: packages, the machine, data sources, folders."""
