"""The only cache decorators of the project: functions that remember what they computed.

Rules: the name starts with ``cached_``; the key is a content digest and frozen specs; arrays come in
as underscore arguments, which are not hashed; ``max_entries`` is always set; results are shared
between sessions, so nobody writes to them.
"""
