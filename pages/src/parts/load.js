// SPDX-License-Identifier: MIT
import {useCallback, useEffect, useState} from 'preact/hooks';
import {get, placed} from '../api.js';
import {resets} from '../live.js';

// {value, problem, at, reload} of a path of the API, `at` when it came; null asks nothing. Asked again each `every`
// milliseconds while the page is in sight.
export function useLoad(path, every = 0) {
    const [state, setState] = useState({value: null, problem: null, at: 0});
    const [turn, setTurn] = useState(0);
    const reload = useCallback(() => setTurn((n) => n + 1), []);
    useEffect(() => {
        let alive = true;
        if (path !== null)
            get(path).then((value) => alive && setState({value, problem: null, at: Date.now()}),
                (problem) => alive && setState((old) => ({...old, problem})));
        return () => { alive = false; };
    }, [path && placed(path), turn, resets.value]);
    useEffect(() => {
        if (!every) return undefined;
        const timer = setInterval(() => document.hidden || reload(), every);
        return () => clearInterval(timer);
    }, [every]);
    return {...state, reload};
}
