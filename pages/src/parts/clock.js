// SPDX-License-Identifier: MIT
import {useEffect, useState} from 'preact/hooks';

// Now, in milliseconds; the component is drawn again each second.
export function useNow() {
    const [now, setNow] = useState(Date.now());
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), 1000);
        return () => clearInterval(timer);
    }, []);
    return now;
}

// 3725 -> "1:02:05"
export function clockOf(seconds) {
    const two = (n) => String(n).padStart(2, '0');
    const s = Math.max(0, Math.round(seconds));
    const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
    return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}
