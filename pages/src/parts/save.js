// SPDX-License-Identifier: MIT

// Hands a text to the browser as a file.
export function saveAs(name, type, text) {
    const url = URL.createObjectURL(new Blob([text], {type}));
    const a = document.createElement('a');
    a.href = url;
    a.download = name;
    a.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
}
