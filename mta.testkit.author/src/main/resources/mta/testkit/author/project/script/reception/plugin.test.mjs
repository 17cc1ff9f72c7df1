// Run by "mta script test": each function has a script, tables, DNS and a clock of its own.
export default {
  'refuses who is closed'(t) {
    const tx = t.session('192.0.2.1').helo('client.example').mail('somebody@example.org');
    t.equal(t.rcpt(tx, 'Nobody@example.net'), 'REFUSE 550 5.2.1 This mailbox is closed');
  },

  'has no opinion about others'(t) {
    const tx = t.session('192.0.2.1').helo('client.example').mail('somebody@example.org');
    t.equal(t.rcpt(tx, 'friend@example.net').kind(), 'NEXT');
  },
};
