/** An attachment as it stands in a mail. */
export interface AttachmentText {
  /** Everything after `Content-Disposition: attachment`, as `; filename="a.sta"`. */
  readonly disposition: string;
  readonly type?: string;
  readonly encoding?: string;
  readonly body: string;
}

/** A mail as it travels: plain text and attachments. */
export function mailOf(from: string, subject: string, attachments: readonly AttachmentText[]): Buffer {
  const parts = attachments.map(({ disposition, type = 'application/octet-stream', encoding = 'base64', body }) =>
    [
      `Content-Type: ${type}`,
      `Content-Transfer-Encoding: ${encoding}`,
      `Content-Disposition: attachment${disposition}`,
      '',
      body,
    ].join('\r\n'),
  );
  const text = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', '请查收。'].join(
    '\r\n',
  );
  return Buffer.from(
    [
      `From: ${from}`,
      'To: finance@qinghe.example',
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="=_b"',
      '',
      ...[text, ...parts].map((part) => `--=_b\r\n${part}`),
      '--=_b--',
      '',
    ].join('\r\n'),
  );
}

/** An attachment of a plain name. */
export function attached(name: string, content: string | Buffer): AttachmentText {
  const body = Buffer.from(content)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  return { disposition: `; filename="${name}"`, body };
}
