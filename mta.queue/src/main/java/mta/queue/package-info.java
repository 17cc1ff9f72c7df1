package mta.queue;
