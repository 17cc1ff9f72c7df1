package mta.core;
