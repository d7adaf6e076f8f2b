// What every part of the page may use: where it is, what answers, who looks at it.
import { createContext } from './vendor/preact.mjs';
import { useContext, useEffect, useState } from './vendor/hooks.mjs';
import { changed, formatHash } from './state.mjs';

export const PageContext = createContext(null);

// Return { place, source, session, now, notify, go, linkTo }.
export function usePage() {
  return useContext(PageContext);
}

// Return the function that writes the address of another place, in the theme of this one.
export function linksFrom(place) {
  return (view, { id = '', query = {} } = {}) => formatHash({ view, id, query, theme: place.theme });
}

// Ask the source; while a new answer is awaited, the one before stays, so that nothing jumps.
export function useAnswer(target) {
  const { place, source, revision, notify, go } = usePage();
  const [state, setState] = useState({ answer: null, error: null, isLoading: true, of: null });
  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ ...before, error: null, isLoading: true }));
    source.ask(target, controller.signal).then(
      (answer) => setState({ answer, error: null, isLoading: false, of: target }),
      (error) => {
        if (error.name === 'AbortError') return;
        // A newer snapshot answers, in which this page of the list is another one.
        if (error.status === 410 && place.query.cursor) {
          notify({ text: 'The inventory is newer than this list, which therefore begins again.' });
          go({ ...place, query: changed(place.query, {}) }, { replaces: true });
          return;
        }
        setState({ answer: null, error, isLoading: false, of: target });
      },
    );
    return () => controller.abort();
  }, [target, source, revision]);
  return state;
}
