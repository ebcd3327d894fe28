"""Icons of our own, drawn on 24 x 24: what stands inside the <svg> of components/icon.html."""

from __future__ import annotations

DRAWINGS = {
    "check": '<path d="m5 12.5 4.6 4.6L19 7.5"/>',
    "next": '<path d="m9 5 7 7-7 7"/>',
    "back": '<path d="m15 5-7 7 7 7"/>',
    "phone": '<path d="M8.2 3.6 5 4.2c-1 .2-1.6 1-1.5 2C4.3 14 10 19.7 17.8 20.5c1 .1 1.8-.5 2-1.5l.6-3.2-4.6-2.2-2 2c-2.3-1.2-4.2-3.1-5.4-5.4l2-2z"/>',
    "warn": '<path d="M12 4 2.8 20h18.4z"/><path d="M12 10.5v4.2M12 17.3v.1"/>',
    "half": '<circle cx="12" cy="12" r="9"/><path d="M12 3v18"/>',
    "shield": '<path d="M12 3 4.5 5.8v5.6c0 4.6 3 8 7.5 9.6 4.5-1.6 7.5-5 7.5-9.6V5.8z"/><path d="m8.6 11.9 2.5 2.5 4.3-4.5"/>',
    "doc": '<path d="M6 3h8l4.5 4.5V21H6z"/><path d="M13.5 3.5V8H18M9.5 12.5h5M9.5 16.5h5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.2l3.2 2.3"/>',
    "pause": '<path d="M9 7v10M15 7v10"/>',
    "lock": '<rect x="5" y="11" width="14" height="9.5" rx="1.5"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="1.5"/><path d="m4 7 8 6 8-6"/>',
    "chat": '<path d="M4 5h16v11h-9l-4.5 4v-4H4z"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "card": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3 10h18M6.5 15h4"/>',
    "eye": '<path d="M2.5 12C4.6 8 8 6 12 6s7.4 2 9.5 6c-2.1 4-5.5 6-9.5 6s-7.4-2-9.5-6z"/><circle cx="12" cy="12" r="2.8"/>',
    "person": '<circle cx="12" cy="8" r="4.2"/><path d="M4 20.5c.8-4 3.8-6 8-6s7.2 2 8 6"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>',
    "bell": '<path d="M5 17.5h14c-1.3-1.5-2-3.3-2-5.5v-2a5 5 0 0 0-10 0v2c0 2.2-.7 4-2 5.5z"/><path d="M10 20.5h4"/>',
    "upload": '<path d="M12 16V4.5M7 9l5-4.7L17 9M4.5 20h15"/>',
    "download": '<path d="M12 4v11.5M7 11l5 4.7 5-4.7M4.5 20h15"/>',
    "print": '<path d="M7 8.5V3.5h10v5M7 16.5H3.5v-8h17v8H17"/><path d="M7 13.5h10v7H7z"/>',
    "camera": '<path d="M3.5 7.5h4l1.7-2.5h5.6l1.7 2.5h4v12h-17z"/><circle cx="12" cy="13.2" r="3.6"/>',
    "plus": '<path d="M12 4.5v15M4.5 12h15"/>',
    "cross": '<path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/>',
    "menu": '<path d="M3 6h18M3 12h18M3 18h18"/>',
    "hand": '<path d="M7.5 13V6.7a1.5 1.5 0 0 1 3 0V11V4.7a1.5 1.5 0 0 1 3 0V11V6a1.5 1.5 0 0 1 3 0v6.5-2.3a1.5 1.5 0 0 1 3 0V15c0 3.6-2.4 6-6 6-3.2 0-4.7-1.4-6.2-4l-2-3.5c-.7-1.3 1-2.5 2.2-1.3z"/>',
    "home": '<path d="m3.5 11 8.5-7 8.5 7M6 9.5V20h12V9.5"/>',
}
