"""What the association does. Knows neither streamlit nor starlette; only the edges commit."""
