/** @type {import('./mta').Script} */
export default {
  name: 'subject-keeper',
  api: 1,

  reception: {
    connect(session) {
      if (session.remoteName() === null) return '450 4.7.25 No name for your address';
    },
    message(tx, message) {
      if (message.headers().first('From') === null) return mta.hold('no From');
      if (message.headers().first('Subject') === null) {
        message.headers().append(mta.header('Subject', '(none)'));
        tx.notes().put('subject', 'added'); // goes with the message, into every later stage
      }
    },
  },
};
