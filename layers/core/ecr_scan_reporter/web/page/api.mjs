// The API as the source of the page's answers.

// An answer that is an error, with the sentence of its problem document.
export class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

// Return a source. `token` gives the token of the moment, `onDenied` hears that it is not valid (any more).
export function apiSource({ fetch, token, onDenied }) {
  async function call(target, { method = 'GET', body, signal } = {}) {
    // The API leaves Basic out of the challenge to the page, with which browsers would ask for a password themselves.
    const headers = { accept: 'application/json', 'x-requested-with': 'page' };
    if (token()) headers.authorization = `Bearer ${token()}`;
    if (body) headers['content-type'] = 'application/json';
    const answer = await answered(fetch(target, { method, headers, body: body && JSON.stringify(body), signal }));
    if (answer.ok) return answer;
    const error = await problemOf(answer);
    if (answer.status === 401) onDenied(error);
    throw error;
  }

  return {
    isFile: false,
    ask: async (target, signal) => readable(await (await call(target, { signal })).json()),
    write: async (method, target, body) => {
      const answer = await call(target, { method, body });
      return answer.status === 204 ? null : answer.json();
    },
    // Return a download: its address elsewhere where it is large, else its content and its name.
    download: async (target) => {
      const answer = await call(target);
      if (answer.headers.get('content-type') === 'application/json') return { location: (await answer.json()).location };
      return { content: await answer.blob(), name: fileName(answer.headers.get('content-disposition')) };
    },
  };
}

async function answered(request) {
  try {
    return await request;
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The API does not answer: check the connection, and try again.');
  }
}

async function problemOf(answer) {
  try {
    return new ApiError(answer.status, (await answer.json()).detail ?? `The API answers with status ${answer.status}.`);
  } catch {
    return new ApiError(answer.status, `The API answers with status ${answer.status}.`);
  }
}

function readable(content) {
  if (content.location && !content.items) throw new ApiError(413, 'This is too large for a page: narrow the filter, or export it.');
  return content;
}

function fileName(header) {
  return /filename="([^"]+)"/.exec(header ?? '')?.[1] ?? 'download';
}
