"""The laws that come with the package, and the programs that make their data."""
