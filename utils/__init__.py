"""Pure functions: names, checks, wire formats. Nothing here touches a network, a disk or a clock."""
