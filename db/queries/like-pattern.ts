/** What was typed, with the signs taken literally that `like` gives a meaning. */
export const literally = (typed: string): string => typed.replace(/[\\%_]/g, '\\$&')

/** For `like` and `ilike`: anywhere in the text. */
export const containing = (typed: string): string => `%${literally(typed)}%`
