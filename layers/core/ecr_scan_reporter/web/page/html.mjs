// Templates: htm makes elements of Preact, whose texts are always texts.
import { h } from './vendor/preact.mjs';
import htm from './vendor/htm.mjs';

export const html = htm.bind(h);
