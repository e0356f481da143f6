"""Parts of scripts/growth.py."""
