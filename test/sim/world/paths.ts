// Where everything lies in the simulation. None of it is on a real disk.

export const logsPath = "/sim/logs";
export const dataPath = "/sim/data";
export const storePath = `${dataPath}/store`;
export const lettersPath = `${dataPath}/dead-letter/letters.jsonl`;
