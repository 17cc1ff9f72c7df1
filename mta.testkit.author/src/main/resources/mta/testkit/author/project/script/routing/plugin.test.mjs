// Run by "mta script test": each function has a script, tables, DNS and a clock of its own.
export default {
  'takes the campaign from the header'(t) {
    const message = t.message('X-Campaign: spring\n\nHello\n').to('friend@example.net');
    const placement = t.placement();
    t.equal(t.place(message, placement, 'RECEIVED').kind(), 'NEXT');
    t.equal(placement.campaign(), 'spring');
  },

  'leaves other mail alone'(t) {
    const message = t.message('Subject: hello\n\nHello\n').to('friend@example.net');
    t.equal(t.place(message, t.placement(), 'RECEIVED').edits().length, 0);
  },
};
