// SPDX-License-Identifier: MIT
import {useCallback, useEffect, useState} from 'preact/hooks';
import {get, placed} from '../api.js';
import {resets} from '../live.js';
import {newest} from './newest.js';

const AGAIN_MS = 3000;
const PASSES = new Set([0, 503]); // nobody answered: somebody will

// {value, problem, at, reload} of a path of the API, `at` when it came; null asks nothing. Asked again each `every`
// milliseconds while the page is in sight, and while nobody answers; a slow node's answer counts though it was asked again
// meanwhile, but none of before a reload.
export function useLoad(path, every = 0) {
    const [state, setState] = useState({value: null, problem: null, at: 0});
    const [turn, setTurn] = useState(0);
    const [reloads, setReloads] = useState(0);
    const [ask] = useState(newest);
    const reload = useCallback(() => setReloads((n) => n + 1), []);
    const where = path && placed(path);
    useEffect(() => {
        const counts = ask(`${where} ${reloads} ${resets.value}`);
        if (path !== null)
            get(path).then((value) => counts() && setState({value, problem: null, at: Date.now()}),
                (problem) => counts() && setState((old) => ({...old, problem})));
    }, [where, turn, reloads, resets.value]);
    useEffect(() => () => ask(null), []);
    const pause = every || (PASSES.has(state.problem?.status) ? AGAIN_MS : 0);
    useEffect(() => {
        if (!pause) return undefined;
        const timer = setInterval(() => document.hidden || setTurn((n) => n + 1), pause);
        return () => clearInterval(timer);
    }, [pause]);
    return {...state, reload};
}
