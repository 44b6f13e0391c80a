/** Something the person at the keyboard can mend: shown as a sentence, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
