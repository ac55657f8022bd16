// SPDX-License-Identifier: MIT

// Answers that may overtake each other: the function tells, when its answer has come, whether it counts. It does unless
// one to a later asking came before it, or something else is asked by now.
export function newest() {
    let of, asked = 0, heard = 0;
    return (question) => {
        if (question !== of)
            heard = asked;
        of = question;
        const mine = ++asked;
        return () => {
            const counts = mine > heard;
            if (counts)
                heard = mine;
            return counts;
        };
    };
}
