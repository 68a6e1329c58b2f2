"""How gunicorn serves: the only room that knows gunicorn's insides, beside the documented hooks of `gunicorn.conf.py`.

`tests/routes/http/server/test_gunicorn.py` lists what it leans on, and says where to look when that changes.
"""
