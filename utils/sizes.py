"""Sizes of memory and of files."""

MIB = 1024 * 1024
