import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listPage, mailPage, missingPage } from './page';
import type { Mailbox } from './mailbox';

const LISTED = 500;
const OURS =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
/** A mail's own HTML: shown, but it runs nothing, sends nothing and loads nothing from elsewhere. */
const FOREIGN = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/** The page where a person reads what was sent. Reading only. */
export function mailPages(mailbox: Mailbox): Server {
  return createServer((request, response) => {
    answer(mailbox, request, response).catch(() => send(response, 500, 'text/plain', 'error'));
  });
}

async function answer(mailbox: Mailbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A page elsewhere whose name was pointed at this machine must not read mails through the reader's browser.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return send(response, 403, 'text/plain', '');
  if (request.method !== 'GET') return send(response, 405, 'text/plain', '');
  const [room, id = '', view, index] = (request.url ?? '/').split('?', 1).join('').split('/').slice(1);
  if (room === '') return send(response, 200, 'text/html', listPage(await mailbox.list(LISTED)));
  if (room !== 'mail') return send(response, 404, 'text/html', missingPage());
  if (view === 'source') return sendSource(response, await mailbox.source(id));

  const mail = await mailbox.read(id);
  const file = mail?.attachments[Number(index)];
  if (!mail) return send(response, 404, 'text/html', missingPage());
  if (view === undefined) return send(response, 200, 'text/html', mailPage(id, mail));
  if (view === 'html') return send(response, 200, 'text/html', mail.html || '', FOREIGN);
  if (view === 'file' && file) return sendFile(response, file.filename ?? 'file', file.content);
  return send(response, 404, 'text/html', missingPage());
}

function sendSource(response: ServerResponse, source: Buffer | undefined): void {
  if (source) send(response, 200, 'text/plain', source);
  else send(response, 404, 'text/html', missingPage());
}

function sendFile(response: ServerResponse, name: string, content: Buffer): void {
  response.setHeader('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
  send(response, 200, 'application/octet-stream', content);
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer, policy = OURS): void {
  const charset = type.startsWith('text/') ? '; charset=utf-8' : '';
  response.writeHead(status, {
    'content-type': type + charset,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(body);
}
