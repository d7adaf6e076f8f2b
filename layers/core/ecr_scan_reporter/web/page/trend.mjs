// Where the lines of the chart go: days on a line of time, numbers on round ticks.

// Round numbers from 0 to at least `most`, three to six of them.
export function ticks(most) {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  const step = [0.2, 0.5, 1, 2, 5].map((each) => Math.max(each * power, 1)).find((each) => most / each <= 5);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

// Return where a day and a number are in a picture. Days that nobody knows leave a gap, so that time is even.
export function scale(days, most, { left, right, top, bottom }) {
  const at = (day) => Date.parse(`${day}T00:00:00Z`);
  const first = at(days[0]);
  const length = Math.max(at(days.at(-1)) - first, 1);
  const rounded = (value) => Math.round(value * 10) / 10;
  return {
    x: (day) => rounded(left + ((right - left) * (at(day) - first)) / length),
    y: (value) => rounded(bottom - ((bottom - top) * value) / most),
  };
}
