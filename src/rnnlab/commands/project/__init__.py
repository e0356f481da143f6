"""What `rnnlab new` makes: the template, and how it is copied."""
