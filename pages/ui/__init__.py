"""Screens shared by everybody: guard, shell, navigation, grid."""
