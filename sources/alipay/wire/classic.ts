import { clockIn } from '../../../domain/periods';
import { isSignatureOf, signText } from '../../bills/keys';
import { exchange, refuseBusy, type HttpAnswer } from '../../http/exchange';
import { notUnderstood, wrongSignature } from '../../trouble';
import { BEIJING } from '../../wire/moments';
import { ALIPAY, dateOf, readJson, textField, type AskBill, type BillAnswer, type BillQuestion } from './gateway';
import type { Asking, Credentials } from './gateway';
import { rawMember } from './raw-node';

const METHOD = 'alipay.data.dataservice.bill.downloadurl.query';
/** Where the answer stands, and where it stands when the gateway itself refuses. */
const NODES = [`${METHOD.replaceAll('.', '_')}_response`, 'error_response'];
const DONE = '10000';

/** The gateway: one address, the method among the parameters, the signature over parameters sorted by name. */
export const askClassic: AskBill = async (question, asking) => {
  const parameters = signedParameters(question, asking);
  const answer = await exchange(
    ALIPAY,
    {
      method: 'POST',
      url: asking.gateway,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: new URLSearchParams(parameters).toString(),
    },
    asking.limits,
  );
  refuseBusy(ALIPAY, answer, asking.now);
  return readAnswer(answer, asking.credentials);
};

function signedParameters({ billType, billDate }: BillQuestion, asking: Asking): Record<string, string> {
  const { appId, privateKey, appAuthToken, appCertSn, rootCertSn } = asking.credentials;
  const parameters: Record<string, string> = {
    app_id: appId,
    method: METHOD,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: timestampOf(asking.now),
    version: '1.0',
    biz_content: JSON.stringify({ bill_type: billType, bill_date: billDate }),
    ...(appAuthToken === undefined ? {} : { app_auth_token: appAuthToken }),
    ...(appCertSn === undefined ? {} : { app_cert_sn: appCertSn }),
    ...(rootCertSn === undefined ? {} : { alipay_root_cert_sn: rootCertSn }),
  };
  const text = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
  return { ...parameters, sign: signText(privateKey, text) };
}

/** `yyyy-MM-dd HH:mm:ss` in Beijing. */
function timestampOf(now: Date): string {
  return `${clockIn(now.getTime(), BEIJING)}:${String(now.getUTCSeconds()).padStart(2, '0')}`;
}

function readAnswer({ status, headers, bytes }: HttpAnswer, { alipayKey }: Credentials): BillAnswer {
  const json = bytes.toString('utf8');
  if (status !== 200) throw notUnderstood(ALIPAY, `HTTP ${status}`);
  const raw = NODES.map((name) => rawMember(json, name)).find((text) => text !== undefined);
  if (raw === undefined) throw notUnderstood(ALIPAY, 'an answer without its node');
  const signature = textField(readJson(json), 'sign');
  if (signature !== undefined && !isSignatureOf(alipayKey, raw, signature)) throw wrongSignature(ALIPAY);
  const node = readJson(raw);
  const code = textField(node, 'code');
  const subCode = textField(node, 'sub_code');
  if (code === undefined) throw notUnderstood(ALIPAY, 'an answer without a code');
  const url = textField(node, 'bill_download_url');
  const fileCode = textField(node, 'bill_file_code');
  return {
    isSigned: signature !== undefined,
    isDone: code === DONE,
    codes: subCode === undefined ? [code] : [code, subCode],
    ...(url === undefined ? {} : { url }),
    ...(fileCode === undefined ? {} : { fileCode }),
    ...dateOf(headers),
  };
}
