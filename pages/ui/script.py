"""The script Streamlit runs: all of it is in `shell`, which stays imported between runs."""

from pages.ui.shell import draw

draw()
