// Run by "mta script test": each function has a script, tables, DNS and a clock of its own.
export default {
  'tries again what is not meant for good'(t) {
    const attempt = t.attempt('smtp', t.message('Subject: hello\n\nHello\n').to('friend@example.net'));
    t.equal(
      t.response(attempt, 'friend@example.net', '550 5.7.1 Rate limit exceeded'),
      'REFUSE 451 4.7.0 Rate limit exceeded');
  },

  'believes other replies'(t) {
    const attempt = t.attempt('smtp', t.message('Subject: hello\n\nHello\n').to('friend@example.net'));
    t.equal(t.response(attempt, 'friend@example.net', '550 5.1.1 No such user').kind(), 'NEXT');
  },
};
