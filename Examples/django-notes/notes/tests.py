"""The notes page, as its visitors use it."""

from django.test import TestCase
from django.urls import reverse

from .models import Note


class NotesPageTests(TestCase):
    def test_lists_what_was_added(self):
        self.assertContains(self.client.get(reverse('notes')), 'Nothing yet')
        response = self.client.post(reverse('notes'), {'text': 'Buy milk'}, follow=True)
        self.assertContains(response, 'Buy milk')

    def test_refuses_an_empty_note(self):
        self.client.post(reverse('notes'), {'text': ''})
        self.assertFalse(Note.objects.exists())
