"""The commands of the command line: one module each, with one function of the module's name.

A module here imports nothing heavy at its top: what a command needs is imported when it runs.
"""
