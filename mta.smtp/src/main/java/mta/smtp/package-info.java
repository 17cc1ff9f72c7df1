package mta.smtp;
