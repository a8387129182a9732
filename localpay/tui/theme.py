"""The colours of the screen: a dark and a light theme of our own, next to Textual's.

Colours mean the same everywhere: green worked, blue waits, amber needs somebody, red failed.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="localpay-dark",
    primary="#7fb0e0",
    secondary="#b7a1e0",
    accent="#d7b377",
    success="#93c383",
    warning="#e3b35f",
    error="#ec8079",
    foreground="#d8dce4",
    background="#15171c",
    surface="#1b1e25",
    panel="#262a33",
    dark=True,
    variables={
        "block-cursor-background": "#2f4360",
        "block-cursor-foreground": "#ffffff",
        "input-selection-background": "#7fb0e0 35%",
        "footer-key-foreground": "#d7b377",
    },
)

LIGHT: Final = Theme(
    name="localpay-light",
    primary="#245fa6",
    secondary="#6a4bb0",
    accent="#8a5a00",
    success="#2f7a2b",
    warning="#9a6200",
    error="#b3261e",
    foreground="#23262d",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e6e3db",
    dark=False,
    variables={
        "block-cursor-background": "#cfe0f5",
        "block-cursor-foreground": "#101318",
        "input-selection-background": "#245fa6 25%",
        "footer-key-foreground": "#8a5a00",
    },
)

THEMES: Final = (DARK, LIGHT)
