"""What travels over Streamlit's websocket, as far as the gate looks at it."""

from urllib.parse import urlsplit

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_WANTED = frozenset({"rerun_script", "app_heartbeat", "file_urls_request", "stop_script"})
_WANTED_OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})


def read_message(data: bytes) -> BackMsg | None:
    """What a browser sent; None when it is none of Streamlit's messages."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None
    return message


def is_wanted(message: BackMsg | None) -> bool:
    """Whether Streamlit may see it. The rest is for developers: clearing caches, debugging, git, writing files."""
    if message is None:
        return False
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in _WANTED_OPERATIONS
    return kind in _WANTED


def is_activity(message: BackMsg | None) -> bool:
    """Whether it is somebody's doing; a page left open only sends heartbeats and timed reruns."""
    return (
        message is not None and message.WhichOneof("type") == "rerun_script" and not message.rerun_script.is_auto_rerun
    )


def page_of(message: BackMsg | None) -> str:
    """The page a browser was on when it sent this message; «/» when it does not say."""
    if message is None or message.WhichOneof("type") != "rerun_script":
        return "/"
    state = message.rerun_script
    path = urlsplit(state.context_info.url).path or "/"
    return f"{path}?{state.query_string}" if state.query_string else path


def redirect_message(url: str) -> ForwardMsg:
    """The message that makes a running page go to `url`: the one `st.login` itself sends."""
    message = ForwardMsg()
    message.auth_redirect.url = url
    return message
