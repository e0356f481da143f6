"""The checks of `rnnlab doctor`: packages, the machine, data sources, folders."""
