"""What a browser sees. Streamlit ignores this file; no other .py may lie beside it (it would be served)."""
