"""How gunicorn serves the other contenders: as it serves the app, without the hooks that start the app's own work."""

import runpy

_HOOKS = {"post_worker_init", "worker_exit"}

globals().update(
    {name: value for name, value in runpy.run_path("gunicorn.conf.py").items() if name not in _HOOKS and name[0] != "_"}
)
