// SPDX-License-Identifier: MIT
import {useCallback, useEffect, useState} from 'preact/hooks';
import {get} from '../api.js';

// {value, problem, reload} of a path of the API; null asks nothing.
export function useLoad(path) {
    const [state, setState] = useState({value: null, problem: null});
    const [turn, setTurn] = useState(0);
    useEffect(() => {
        let alive = true;
        if (path !== null)
            get(path).then((value) => alive && setState({value, problem: null}), (problem) => alive && setState({value: null, problem}));
        return () => { alive = false; };
    }, [path, turn]);
    return {...state, reload: useCallback(() => setTurn((n) => n + 1), [])};
}
