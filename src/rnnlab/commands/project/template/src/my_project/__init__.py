"""A cell, a data set and a kind of problem of one's own, for rnnlab."""
