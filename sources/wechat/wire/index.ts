import { ENDURANCE, type Endurance } from '../../bills/endurance';
import type { SourceSystem } from '../../system';
import { WechatConnection } from './connection';
import { SETTINGS } from './settings';
import { WECHAT } from './signing';

/** WeChat Pay's bills by its interface v3. @param endurance how long it is waited for; tests wait less */
export function wechatSystem(endurance: Endurance = ENDURANCE): SourceSystem {
  return {
    name: 'wechat',
    title: WECHAT.title,
    settings: SETTINGS,
    connect: (access) => new WechatConnection(access, endurance),
  };
}
