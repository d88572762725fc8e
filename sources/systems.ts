import { alipaySystem } from './alipay/wire';
import { folder } from './folder';
import { fxiaokeSystem } from './fxiaoke';
import { mailboxSystem } from './mailbox';
import { sftpSystem } from './sftp';
import type { SourceSystem } from './system';
import { wechatSystem } from './wechat/wire';
import { zohoSystem } from './zoho';

/** Every outside system a source can be connected to, by the name its files are written with. */
export const SYSTEMS: Readonly<Record<string, SourceSystem>> = {
  alipay: alipaySystem(),
  folder,
  fxiaoke: fxiaokeSystem(),
  mailbox: mailboxSystem(),
  sftp: sftpSystem(),
  wechat: wechatSystem(),
  zoho: zohoSystem(),
};
