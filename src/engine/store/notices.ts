/** Notices as rows among the settings: no table of their own for what may never come. */
import { Check } from '@sinclair/typebox/value';
import { type Notice, NoticeSchema } from '../../model/notice';

const prefix = 'notice:';

/** For a query with LIKE. */
export const noticeNames = `${prefix}%`;
export const noticeSettingName = (id: string): string => `${prefix}${id}`;

export const noticeSetting = (notice: Notice): { readonly name: string; readonly value: string } => ({
  name: noticeSettingName(notice.id),
  value: JSON.stringify(notice),
});

/** Undefined for what is no notice. */
export function readNotice(name: string, json: string): Notice | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Check(NoticeSchema, value) && name === noticeSettingName(value.id) ? value : undefined;
  } catch (error) {
    // Settings come from a store that was damaged once.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
